using System.Text.Json;

namespace Composer.Language.Tokenizers.Processors;

/// <summary>Reads the part <c>post_processor</c> of a tokenizer.json, as far as it adds tokens to a single text.</summary>
internal static class ProcessorReader
{
    /// <exception cref="TokenizerPartException">It is of a kind, or has a template, that is not implemented.</exception>
    public static SpecialTokens Read(JsonElement json)
    {
        var type = json.GetProperty("type").GetString()!;
        return type switch
        {
            "ByteLevel" => SpecialTokens.None, // Offsets alone.
            "TemplateProcessing" => Template(json),
            "BertProcessing" or "RobertaProcessing" => new SpecialTokens([IdOf(json, "cls")], [IdOf(json, "sep")]),
            "Sequence" => json.GetProperty("processors").EnumerateArray().Select(Read).Aggregate(
                SpecialTokens.None,
                (inner, outer) => new SpecialTokens([.. outer.Before, .. inner.Before], [.. inner.After, .. outer.After])),
            _ => throw new TokenizerPartException($"its post_processor '{type}' is not implemented"),
        };
    }

    private static int IdOf(JsonElement json, string name) => json.GetProperty(name)[1].GetInt32();

    private static SpecialTokens Template(JsonElement json)
    {
        var (before, after, texts) = (new List<int>(), new List<int>(), 0);
        foreach (var part in json.GetProperty("single").EnumerateArray())
        {
            if (part.TryGetProperty("SpecialToken", out var special))
            {
                var name = special.GetProperty("id").GetString()!;
                var ids = json.GetProperty("special_tokens").GetProperty(name).GetProperty("ids");
                (texts == 0 ? before : after).AddRange(ids.EnumerateArray().Select(i => i.GetInt32()));
            }
            else
            {
                texts++;
            }
        }

        return texts == 1
            ? new SpecialTokens(before, after)
            : throw new TokenizerPartException("its post_processor's template has the text not once");
    }
}
