namespace Composer.Language.Sources;

/// <summary>Where files are fetched from instead of where they are published.</summary>
public sealed class SourceMirrors
{
    private readonly List<(string? Host, Uri Base)> mirrors = [];

    private SourceMirrors()
    {
    }

    /// <summary>None.</summary>
    public static SourceMirrors None { get; } = new();

    /// <param name="texts">
    /// Each an address, whose server has every file under the path that it is published under, or <c>HOST=ADDRESS</c> for the files of
    /// one host, <c>npm=ADDRESS</c> for packages; several with commas. An absolute path of a folder is an address too.
    /// </param>
    /// <exception cref="Core.Diagnostics.UserInputException">One is no address.</exception>
    public static SourceMirrors Parse(IEnumerable<string> texts)
    {
        var all = new SourceMirrors();
        foreach (var text in texts.SelectMany(t => t.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            var host = equals > 0 && (slash < 0 || equals < slash) ? text[..equals] : null;
            var address = host is null ? text : text[(equals + 1)..];
            all.mirrors.Add(
                Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "file" && uri.Query.Length == 0
                    ? (host, uri)
                    : throw SourceMistake.Mirror(text));
        }

        return all;
    }

    /// <summary>Where a file is fetched from.</summary>
    public Uri Of(Uri address)
    {
        var isPackage = address.Scheme == NpmPackage.Scheme;
        var host = isPackage ? NpmPackage.Scheme : address.Host;
        var mirror = mirrors.Find(m => m.Host == host) is { Base: not null } own ? own : mirrors.Find(m => m.Host is null);
        return mirror.Base is null
            ? address
            : new Uri(mirror.Base.AbsoluteUri.TrimEnd('/') + (isPackage ? NpmPackage.PathOf(address) : address.AbsolutePath));
    }
}
