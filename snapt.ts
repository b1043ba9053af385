if (Deno.args[0] === "--version") {
  console.log("snapt 0.1.0");
} else {
  console.error("Cannot start snapt: this version has no commands yet");
  Deno.exitCode = 2;
}
