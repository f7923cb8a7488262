"""Is it right? Formulas evaluated by their definition, and inputs to try them on."""
