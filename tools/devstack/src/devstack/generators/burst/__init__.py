"""The burst: a day of a home-services company, as the messages that the demo sends."""
