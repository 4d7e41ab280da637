// data-take-focus: after a form came back with errors, the reader starts at their summary.
export function takeFocus(element) {
  if (element.dataset.focusTaken) return;
  element.dataset.focusTaken = "yes";
  element.focus();
}
