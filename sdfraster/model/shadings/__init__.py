"""The rules of colours, one file for each; see `model.shading`."""
