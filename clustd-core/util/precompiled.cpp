// The one object of the precompiled header target; it has no code.
