"""Where the art comes from: the scripts that draw the emblems and play the sounds of hud/static."""
