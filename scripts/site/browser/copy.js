/** Gives each block of code a button that copies it. */
for (const block of document.querySelectorAll(".code")) {
  const code = block.querySelector("code");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      say(button, "Copied");
    } catch (error) {
      // Pages without a secure connection have no clipboard: what is marked can be copied by hand.
      getSelection().selectAllChildren(code);
      say(button, "Marked");
      console.info(error);
    }
  });
  block.append(button);
}

function say(button, text) {
  button.textContent = text;
  setTimeout(() => (button.textContent = "Copy"), 2_000);
}
