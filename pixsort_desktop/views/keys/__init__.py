"""Keys: `shortcuts` is the table of what they do, `keymap` which key does it, after `presets` and the user's own changes."""
