using Composer.Core.Files;
using Composer.Core.Json;

namespace Composer.Language.Sources;

/// <summary>What has come of a file so far, <c>NAME.part</c>, and what it is a part of, <c>NAME.part.json</c>.</summary>
/// <param name="path">Of the whole.</param>
internal sealed class PartialFile(string path)
{
    /// <param name="Address">Where it comes from.</param>
    /// <param name="Validator">The server's strong ETag, or date of change; a file without one cannot be gone on with.</param>
    /// <param name="Length">Of the whole, where the server says it.</param>
    public sealed record Origin(string Address, string? Validator, long? Length);

    public string Data { get; } = path + ".part";

    private string Beside => Data + ".json";

    /// <summary>What can be gone on with.</summary>
    /// <returns>The origin and the bytes that are here; null where the server must begin anew.</returns>
    public (Origin Origin, long Bytes)? Find(Uri address)
    {
        try
        {
            return File.Exists(Data) && File.Exists(Beside)
                && ComposerJson.Read<Origin>(File.ReadAllBytes(Beside)) is { Validator: not null } origin
                && origin.Address == address.AbsoluteUri
                && new FileInfo(Data).Length is > 0 and var bytes
                && (origin.Length is not { } length || bytes <= length)
                    ? (origin, bytes)
                    : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Begins anew.</summary>
    public void Begin(Origin origin)
    {
        File.Delete(Beside);
        File.WriteAllBytes(Data, []);
        WholeFile.Quick.Write(Beside, ComposerJson.Write(origin));
    }

    public FileStream Append() => new(Data, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Remove()
    {
        File.Delete(Data);
        File.Delete(Beside);
    }

    /// <summary>Gives the whole its name.</summary>
    public void Finish()
    {
        File.Move(Data, path, overwrite: true);
        File.Delete(Beside);
    }
}
