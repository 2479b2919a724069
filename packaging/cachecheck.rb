# Homebrew formula, made by packaging/render.py from the metadata in Cargo.toml and the checksums of a release.
class Cachecheck < Formula
  desc "@description@"
  homepage "@repository@"
  version "@version@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@repository@/releases/download/v@version@/cachecheck-aarch64-apple-darwin-v@version@.tar.gz"
      sha256 "@sha256:cachecheck-aarch64-apple-darwin-v@version@.tar.gz@"
    end
    on_intel do
      url "@repository@/releases/download/v@version@/cachecheck-x86_64-apple-darwin-v@version@.tar.gz"
      sha256 "@sha256:cachecheck-x86_64-apple-darwin-v@version@.tar.gz@"
    end
  end

  on_linux do
    on_arm do
      url "@repository@/releases/download/v@version@/cachecheck-aarch64-unknown-linux-gnu-v@version@.tar.gz"
      sha256 "@sha256:cachecheck-aarch64-unknown-linux-gnu-v@version@.tar.gz@"
    end
    on_intel do
      url "@repository@/releases/download/v@version@/cachecheck-x86_64-unknown-linux-gnu-v@version@.tar.gz"
      sha256 "@sha256:cachecheck-x86_64-unknown-linux-gnu-v@version@.tar.gz@"
    end
  end

  def install
    bin.install "cachecheck"
    man1.install Dir["share/man/man1/*.1"]
    bash_completion.install "share/bash-completion/completions/cachecheck"
    zsh_completion.install "share/zsh/site-functions/_cachecheck"
    fish_completion.install "share/fish/vendor_completions.d/cachecheck.fish"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/cachecheck --version")
  end
end
