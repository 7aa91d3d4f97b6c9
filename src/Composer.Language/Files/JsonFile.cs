namespace Composer.Language.Files;

/// <summary>Reads a file that is one JSON value, strictly: UTF-8, with or without a byte-order mark, and whole characters.</summary>
internal static class JsonFile
{
    /// <summary>Its bytes, unpacked, without the mark.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">A byte is no UTF-8, or an escape half of a surrogate pair.</exception>
    public static byte[] Read(string path)
    {
        using var reader = new Utf8Reader(path);
        while (reader.Read(keep: reader.Text.Length))
        {
        }

        var json = reader.Text;
        var lone = JsonText.LoneSurrogate(json);
        if (lone >= 0)
        {
            var line = json[..lone].Count((byte)'\n') + 1;
            var start = json[..lone].LastIndexOf((byte)'\n') + 1;
            throw LanguageMistake.Json(path, line, JsonText.FindLoneSurrogate(json[start..])!);
        }

        return json.ToArray();
    }
}
