{
  description = "Profiler, diff and gate for LLM prompt caches";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      # Version, description and address stand in Cargo.toml.
      package = (builtins.fromTOML (builtins.readFile ./Cargo.toml)).package;
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ];
    in
    {
      packages = nixpkgs.lib.genAttrs systems (
        system:
        let
          pkgs = nixpkgs.legacyPackages.${system};
        in
        {
          default = pkgs.rustPlatform.buildRustPackage {
            pname = package.name;
            inherit (package) version;
            src = self;
            cargoLock.lockFile = ./Cargo.lock;
            # The tests want git and a home; the workflow runs them.
            doCheck = false;
            postInstall = "cp -RL packaging/wheel/data/share $out/";
            meta = {
              inherit (package) description;
              homepage = package.repository;
              license = with pkgs.lib.licenses; [
                mit
                asl20
              ];
              mainProgram = package.name;
            };
          };
        }
      );
    };
}
