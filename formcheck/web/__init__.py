"""The local web app: a page on this computer that looks through the camera and coaches."""
