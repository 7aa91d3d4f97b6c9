@echo off
rem Finds the .NET SDK, settles where NUKE comes from, builds the build project when it changed, and runs it.
rem The Windows counterpart of build.sh; keep the two alike.
setlocal EnableExtensions DisableDelayedExpansion
set "ROOT_FOLDER=%~dp0"
set "ROOT_FOLDER=%ROOT_FOLDER:~0,-1%"

set "DOTNET="
for /f "delims=" %%D in ('where dotnet 2^>nul') do if not defined DOTNET call :try "%%~dpD"
if not defined DOTNET if defined DOTNET_ROOT call :try "%DOTNET_ROOT%"
if not defined DOTNET call :try "%USERPROFILE%\.dotnet"
if not defined DOTNET call :try "%LOCALAPPDATA%\Microsoft\dotnet"
if not defined DOTNET call :try "%ProgramFiles%\dotnet"
if not defined DOTNET (
  echo build.cmd: the .NET 10 SDK was not found ^(looked on PATH, in DOTNET_ROOT, %%USERPROFILE%%\.dotnet and Program Files^). 1>&2
  echo Get it with 'winget install Microsoft.DotNet.SDK.10' or from https://dotnet.microsoft.com/download/dotnet/10.0, then run this again. 1>&2
  exit /b 3
)

set "DOTNET_CLI_TELEMETRY_OPTOUT=1"
set "NUKE_TELEMETRY_OPTOUT=1"
set "DOTNET_NOLOGO=1"
set "DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1"
set "DOTNET_GENERATE_ASPNET_CERTIFICATE=false"
set "DOTNET_ADD_GLOBAL_TOOLS_TO_PATH=false"
set "DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true"
set "MSBUILDDISABLENODEREUSE=1"
if not exist "%ROOT_FOLDER%\artifacts" mkdir "%ROOT_FOLDER%\artifacts"

call :settle_nuke_source || exit /b 2
call :build_the_build || exit /b 1

set "NUKE_ROOT=%ROOT_FOLDER%"
"%DOTNET%" "%ROOT_FOLDER%\artifacts\bin\_build\release\_build.dll" %*
exit /b %ERRORLEVEL%

:try
set "FOLDER=%~1"
if "%FOLDER:~-1%"=="\" set "FOLDER=%FOLDER:~0,-1%"
if not exist "%FOLDER%\dotnet.exe" exit /b 0
for /d %%S in ("%FOLDER%\sdk\10.*") do set "DOTNET=%FOLDER%\dotnet.exe"
exit /b 0

:settle_nuke_source
set "CHOSEN="
set "HOW="
set "CHOICE_FILE=%ROOT_FOLDER%\build\nuke-source.props"
if defined COMPOSER_NUKE_SOURCE (
  set "CHOSEN=%COMPOSER_NUKE_SOURCE%"
  set "HOW=COMPOSER_NUKE_SOURCE"
  goto :chosen
)
if exist "%CHOICE_FILE%" (
  findstr /c:"<NukeSource>nuget</NukeSource>" "%CHOICE_FILE%" >nul && set "CHOSEN=nuget"
  findstr /c:"<NukeSource>standin</NukeSource>" "%CHOICE_FILE%" >nul && set "CHOSEN=standin"
  set "HOW=remembered in build\nuke-source.props; delete it to probe again"
  goto :chosen
)
call :probe_nuget
if errorlevel 1 (
  set "CHOSEN=standin"
  set "HOW=probed: Nuke.Common cannot be restored here, see artifacts\probe\restore.log"
) else (
  set "CHOSEN=nuget"
  set "HOW=probed: Nuke.Common can be restored"
)
:chosen
if not "%CHOSEN%"=="nuget" if not "%CHOSEN%"=="standin" (
  echo build.cmd: NUKE source '%CHOSEN%' ^(%HOW%^): it is 'nuget' or 'standin'. 1>&2
  exit /b 2
)
set "LINE=<Project><PropertyGroup><NukeSource>%CHOSEN%</NukeSource></PropertyGroup></Project>"
findstr /x /c:"%LINE%" "%CHOICE_FILE%" >nul 2>nul || (
  setlocal EnableDelayedExpansion
  >"!CHOICE_FILE!" echo(!LINE!
  endlocal
)
echo NUKE source: %CHOSEN% ^(%HOW%^) 1>&2
exit /b 0

:probe_nuget
set "PROBE=%ROOT_FOLDER%\artifacts\probe"
if exist "%PROBE%" rmdir /s /q "%PROBE%"
mkdir "%PROBE%"
for %%F in (Directory.Build.props Directory.Build.targets Directory.Packages.props) do >"%PROBE%\%%F" echo ^<Project /^>
call :version_of Nuke.Common NUKE_VERSION
>"%PROBE%\probe.csproj" (
  echo ^<Project Sdk="Microsoft.NET.Sdk"^>
  echo   ^<PropertyGroup^>^<TargetFramework^>net10.0^</TargetFramework^>^<NuGetAudit^>false^</NuGetAudit^>^</PropertyGroup^>
  echo   ^<ItemGroup^>
  echo     ^<PackageReference Include="Nuke.Common" Version="%NUKE_VERSION%" /^>
  echo   ^</ItemGroup^>
  echo ^</Project^>
)
set "NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT=1"
"%DOTNET%" restore "%PROBE%\probe.csproj" -v q -nologo >"%PROBE%\restore.log" 2>&1
exit /b %ERRORLEVEL%

:version_of
for /f tokens^=4^ delims^=^" %%V in ('findstr /c:"PackageVersion Include=\"%~1\"" "%ROOT_FOLDER%\Directory.Packages.props"') do set "%~2=%%V"
exit /b 0

:build_the_build
rem What the build project is made from, as hashes of its files.
set "STAMP=%ROOT_FOLDER%\artifacts\build.stamp"
set "ASSEMBLY=%ROOT_FOLDER%\artifacts\bin\_build\release\_build.dll"
pushd "%ROOT_FOLDER%"
>"%STAMP%.new" (
  for /r build %%F in (*.cs *.csproj *.props) do @(echo %%F& certutil -hashfile "%%F" SHA256 | findstr /v ":")
  for %%F in (Directory.Build.props Directory.Build.targets Directory.Packages.props global.json src\Composer.Core\Diagnostics\Suggestion.cs src\Composer.Training\Hardware\CppRuntime.cs src\Composer.Cli\Terminal\ForgivingWriter.cs src\Composer.Cli\Terminal\Descriptor.cs) do @(echo %%F& certutil -hashfile "%%F" SHA256 | findstr /v ":")
)
popd
if exist "%ASSEMBLY%" fc /b "%STAMP%" "%STAMP%.new" >nul 2>nul && exit /b 0
if exist "%STAMP%" del "%STAMP%"
echo building the build project 1>&2
"%DOTNET%" msbuild "%ROOT_FOLDER%\build\_build.csproj" -restore -m -nologo -v:q -p:Configuration=Release >"%ROOT_FOLDER%\artifacts\build.log" 2>&1
if errorlevel 1 (
  type "%ROOT_FOLDER%\artifacts\build.log" 1>&2
  exit /b 1
)
move /y "%STAMP%.new" "%STAMP%" >nul
exit /b 0
