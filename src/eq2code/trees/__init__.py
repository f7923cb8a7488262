"""The nouns that all stages share: notation as written, formula as meant, program as computed."""
