// The slash key goes to the search field, unless somebody is typing.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const field = document.getElementById("sought") || document.getElementById("quick");
  if (typing || !field) return;
  event.preventDefault();
  field.focus();
});
