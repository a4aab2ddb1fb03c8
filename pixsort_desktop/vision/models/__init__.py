"""Learned models, in a process of their own.

`client` is the program's end and knows no torch; `worker` is the child's, and with it `open_clip_model`, `timm_model`
and `torch_compat` are the only modules that may import torch. Pictures go over as uint8 in shared memory, vectors come
back with the ids that the pictures had.
"""
