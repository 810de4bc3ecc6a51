"""The directory: organisations with dated names, edges and heirs, and the offices people hold in them."""
