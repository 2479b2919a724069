# Installs the released cachecheck for Windows: fetches the archive, holds it against the release's checksums, unpacks it.
#
#   $env:CACHECHECK_BIN       folder for the program, %LOCALAPPDATA%\Programs\cachecheck by default
#   $env:CACHECHECK_VERSION   the version
#   $env:CACHECHECK_RELEASES  address of the releases
#
# The release workflow writes its version and address into the two lines below.
$ErrorActionPreference = 'Stop'
$version = if ($env:CACHECHECK_VERSION) { $env:CACHECHECK_VERSION } else { '@version@' }
$releases = if ($env:CACHECHECK_RELEASES) { $env:CACHECHECK_RELEASES } else { '@repository@/releases/download' }
$bin = if ($env:CACHECHECK_BIN) { $env:CACHECHECK_BIN } else { Join-Path $env:LOCALAPPDATA 'Programs\cachecheck' }

# ARM machines run the program for x86_64.
$name = "cachecheck-x86_64-pc-windows-msvc-v$version"
$folder = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid())
New-Item -ItemType Directory -Path $folder | Out-Null
try {
    foreach ($file in "$name.zip", 'SHA256SUMS') {
        Invoke-WebRequest -UseBasicParsing -Uri "$releases/v$version/$file" -OutFile (Join-Path $folder $file)
    }
    $line = Get-Content (Join-Path $folder 'SHA256SUMS') | Where-Object { ($_ -split '\s+\*?', 2)[1] -eq "$name.zip" }
    if (-not $line) { throw "SHA256SUMS of version $version does not name $name.zip" }
    $wanted = ($line -split '\s+')[0]
    $found = (Get-FileHash -Algorithm SHA256 (Join-Path $folder "$name.zip")).Hash
    if ($found -ne $wanted) { throw "$name.zip is not what SHA256SUMS says: nothing was installed" }

    Expand-Archive -Path (Join-Path $folder "$name.zip") -DestinationPath $folder
    New-Item -ItemType Directory -Force -Path $bin | Out-Null
    Copy-Item -Force (Join-Path $folder "$name\cachecheck.exe") $bin
    Write-Output "installed $(& (Join-Path $bin 'cachecheck.exe') --version) in $bin"
    if (($env:PATH -split ';') -notcontains $bin) { Write-Output "add $bin to PATH to call it by its name" }
}
finally {
    Remove-Item -Recurse -Force $folder
}
