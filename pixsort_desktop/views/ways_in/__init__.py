"""How photos come in: dropped, watched for, or copied from a card."""
