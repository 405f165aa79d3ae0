"""The documentation site: ``poe site`` builds it from the Markdown of this repository.

The sources are read from the root of the repository, so that a link in a page leads to the same
file on the site as in a checkout. Nothing is loaded from a network, neither here nor by a page.
"""

import os
from typing import Any

os.environ["NETRAVISION_LANG"] = "en"  # `--help` and docstrings, whatever the system speaks

from sphinx.domains.python import PyObject

from netravision import __version__

project = "netravision"
copyright = "the netravision contributors, Apache-2.0"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click"]
root_doc = "docs/index"
include_patterns = ["docs/**.md", "models/*.md", "CHANGELOG.md", "CONTRIBUTING.md"]

myst_heading_anchors = 4  # as GitHub makes them
myst_enable_extensions = ["colon_fence"]

autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_typehints = "signature"
add_module_names = False
napoleon_google_docstring = False
napoleon_preprocess_types = True
napoleon_use_ivar = True

highlight_language = "none"

html_theme = "furo"
html_title = f"netravision {version}"
html_extra_path = ["site"]  # the address without a page leads to docs/index.html
html_show_sphinx = False
html_copy_source = False
html_use_index = False  # the search finds names
html_domain_indices = False
html_show_sourcelink = False


def _say_the_language(
    app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    # Screen readers and hyphenation follow the page's language.
    if pagename.startswith("docs/id/"):
        context["language"] = "id"


def setup(app: Any) -> None:
    """Connect what this site adds to Sphinx."""
    app.connect("html-page-context", _say_the_language)
    for field in PyObject.doc_field_types:
        if field.name == "variable":
            field.label = "Attributes"  # as numpydoc calls them, and the docstrings do
