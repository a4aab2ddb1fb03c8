"""What learned models say of photos: search by words, live columns of a search (prompts), tags and captions."""
