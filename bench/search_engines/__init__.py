"""The engines that the search benchmark compares, each given the same missions and the same texts."""
