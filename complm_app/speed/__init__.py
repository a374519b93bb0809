"""How fast a model's shape reads, compresses and answers on this computer."""
