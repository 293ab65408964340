// Nothing that an operator does happens by one click: a dialog says what it does and asks why.

const dialog = document.getElementById("confirm");
const reason = document.getElementById("reason");
const error = document.getElementById("confirm-error");
const yes = document.getElementById("confirm-yes");

/** Shows `title` and `text`; `act(reason)` is done on confirmation, and what it throws is shown in the dialog. */
export function confirmed({ title, text, button }, act) {
  document.getElementById("confirm-title").textContent = title;
  document.getElementById("confirm-text").textContent = text;
  yes.textContent = button;
  reason.value = "";
  error.hidden = true;
  yes.onclick = async (event) => {
    event.preventDefault();
    yes.disabled = true;
    try {
      await act(reason.value.trim());
      dialog.close();
    } catch (problem) {
      error.textContent = problem.message;
      error.hidden = false;
    } finally {
      yes.disabled = false;
    }
  };
  dialog.showModal();
}
