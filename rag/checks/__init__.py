"""What a claim says that the words it cites do not: one module for each kind of thing, none of which asks a model."""
