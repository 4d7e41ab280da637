// htmx as one global, which its attributes and our own modules use. It runs no code of attributes: the policy forbids it.
import htmx from "htmx.org";

htmx.config.includeIndicatorCSS = false;
// Going back asks the server again: a page of someone who has signed out must not come back from memory.
htmx.config.history = "reload";
window.htmx = htmx;
