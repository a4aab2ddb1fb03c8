"""Learned models: what there is to fetch, what is on this computer, and the process in which they run.

`catalogue` says what exists, where it comes from and under which licence; `installed` what lies in the models' folder,
and `download` brings a file there when somebody asked for it. `client` is the program's end of the models' own process
and knows no torch; `worker` is the child's, and with it `runtime`, `checkpoints`, `inspecting`, `open_clip_model`,
`timm_model`, `generation` and `torch_compat` are the only modules that import torch. Pictures go over as uint8 in
memory that both see, vectors come back with the ids that the pictures had.
"""
