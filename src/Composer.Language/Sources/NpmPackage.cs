using System.ComponentModel;
using System.Diagnostics;

namespace Composer.Language.Sources;

/// <summary>A package of npm, fetched by npm itself, whose settings (registry, proxy, credentials) so hold here too.</summary>
internal static class NpmPackage
{
    public const string Scheme = "npm";

    /// <summary>Where a registry has the archive of a package.</summary>
    /// <param name="address"><c>npm:@SCOPE/NAME@VERSION</c>.</param>
    public static string PathOf(Uri address)
    {
        var package = NameOf(address);
        var at = package.LastIndexOf('@');
        return $"/{package[..at]}/-/{package[..at].Split('/')[^1]}-{package[(at + 1)..]}.tgz";
    }

    /// <summary>Fetches the archive.</summary>
    /// <param name="address">Of the package.</param>
    /// <param name="path">Where the archive goes.</param>
    /// <param name="cancellation">Ends npm.</param>
    /// <exception cref="FetchException">There is no npm, or it fails.</exception>
    public static async Task FetchAsync(Uri address, string path, CancellationToken cancellation)
    {
        var package = NameOf(address);
        var folder = path + ".npm";
        Directory.CreateDirectory(folder);
        try
        {
            using var npm = Start(package, folder);
            try
            {
                var errors = npm.StandardError.ReadToEndAsync(cancellation);
                await npm.StandardOutput.ReadToEndAsync(cancellation).ConfigureAwait(false);
                var said = await errors.ConfigureAwait(false);
                await npm.WaitForExitAsync(cancellation).ConfigureAwait(false);
                if (npm.ExitCode != 0 || Directory.GetFiles(folder, "*.tgz") is not [var archive])
                {
                    var lines = said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                    throw SourceMistake.Npm(package, lines.Length > 1 ? lines[1] : lines.FirstOrDefault() ?? "it says nothing");
                }

                File.Move(archive, path, overwrite: true);
            }
            catch (OperationCanceledException)
            {
                npm.Kill(entireProcessTree: true);
                throw;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Process Start(string package, string folder)
    {
        try
        {
            var name = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
            return Process.Start(new ProcessStartInfo(name, ["pack", package, "--pack-destination", folder])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception)
        {
            throw SourceMistake.NoNpm(package);
        }
    }

    private static string NameOf(Uri address) => Uri.UnescapeDataString(address.AbsolutePath);
}
