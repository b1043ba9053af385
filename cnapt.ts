if (Deno.args[0] === "--version") {
  console.log("cnapt 0.1.0");
} else {
  console.error("Cannot start cnapt: this version has no commands yet");
  Deno.exitCode = 2;
}
