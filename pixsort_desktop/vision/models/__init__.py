"""Learned models: what there is to fetch, what is on this computer, and the process in which they run.

`catalogue` says what exists, where it comes from and under which licence; `installed` what lies in the models' folder,
and `download` brings a file there when somebody asked for it. Nothing here imports torch outside the models' own process.
"""
