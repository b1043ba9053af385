/** The formula with which `brew install` takes the release. */
import type { Target } from "../compile_target.ts";
import { archiveName, downloadUrl, type Release } from "./release_target.ts";

/** The systems of Homebrew and, for each, its processors. */
const SYSTEMS: readonly (readonly [string, readonly (readonly [string, Target])[]])[] = [
  ["macos", [["arm", "aarch64-apple-darwin"], ["intel", "x86_64-apple-darwin"]]],
  ["linux", [["arm", "aarch64-unknown-linux-gnu"], ["intel", "x86_64-unknown-linux-gnu"]]],
];

/**
 * `cnapt.rb`; a target whose archive is not there is left out.
 *
 * @param sums SHA-256 in hex by the name of the file
 */
export function homebrewFormula(release: Release, sums: ReadonlyMap<string, string>): string {
  const systems = SYSTEMS.flatMap(([system, processors]) => {
    const blocks = processors.flatMap(([processor, target]) => {
      const file = archiveName(target, release.version, "tar.gz");
      const sum = sums.get(file);
      return sum === undefined ? [] : [`    on_${processor} do
      url "${downloadUrl(release, file)}"
      sha256 "${sum}"
    end
`];
    });
    return blocks.length === 0 ? [] : [`  on_${system} do\n${blocks.join("")}  end\n`];
  });
  return `class Cnapt < Formula
  desc "Connections that outlive the network they started on"
  homepage "${release.homepage}"
  version "${release.version}"
  license "MIT"

${systems.join("\n")}
  def install
    bin.install "cnapt", "snapt"
    man1.install "man/cnapt.1"
    man5.install "man/cnapt.yaml.5", "man/snapt.yaml.5"
    man8.install "man/snapt.8"
    bash_completion.install "completions/bash/cnapt", "completions/bash/snapt"
    zsh_completion.install "completions/zsh/_cnapt", "completions/zsh/_snapt"
    fish_completion.install "completions/fish/cnapt.fish", "completions/fish/snapt.fish"
  end

  test do
    assert_match "cnapt #{version}", shell_output("#{bin}/cnapt --version")
    assert_match "snapt #{version}", shell_output("#{bin}/snapt --version")
  end
end
`;
}
