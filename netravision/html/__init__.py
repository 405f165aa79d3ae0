"""What the HTML pages share: filling templates, pictures with boxes, names of rules."""
