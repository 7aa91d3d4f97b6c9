using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Composer.Core.Files;
using Composer.Language.Tokenizers;

namespace Composer.Exchange.HuggingFace;

/// <summary>The files of a tokenizer in a checkpoint's folder, and those that say how to begin and end with it.</summary>
internal static class TokenizerFolder
{
    /// <summary>The tokenizer itself.</summary>
    public const string FileName = "tokenizer.json";

    public static JsonWriterOptions Indented { get; } =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(ITokenizer tokenizer, int maximumLength, string folder)
    {
        var bpe = ByteLevelBytes.AsBpe(tokenizer);
        var (bos, eos) = (ByteLevelBytes.NameOf(bpe, bpe.BosId), ByteLevelBytes.NameOf(bpe, bpe.EosId));
        File(FileName, stream => TokenizerJson.Save(bpe, stream));
        Json("tokenizer_config.json", json =>
        {
            json.WriteStartObject("added_tokens_decoder");
            foreach (var added in bpe.Definition.Added.OrderBy(a => a.Id))
            {
                json.WriteStartObject(added.Id.ToString(CultureInfo.InvariantCulture));
                json.WriteString("content", added.Content);
                json.WriteBoolean("lstrip", added.StripsLeft);
                json.WriteBoolean("normalized", added.IsNormalized);
                json.WriteBoolean("rstrip", added.StripsRight);
                json.WriteBoolean("single_word", added.IsSingleWord);
                json.WriteBoolean("special", added.IsSpecial);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            WriteMarks(json, bos, eos);
            json.WriteBoolean("clean_up_tokenization_spaces", false);
            json.WriteNumber("model_max_length", maximumLength);
            json.WriteString("tokenizer_class", "PreTrainedTokenizerFast");
        });
        Json("special_tokens_map.json", json => WriteMarks(json, bos, eos));
        Json("generation_config.json", json =>
        {
            json.WriteBoolean("_from_model_config", true);
            json.WriteNumber("bos_token_id", bpe.BosId);
            json.WriteNumber("eos_token_id", bpe.EosId);
        });

        void File(string name, Action<Stream> write) => WholeFile.Durable.Write(Path.Combine(folder, name), write);

        void Json(string name, Action<Utf8JsonWriter> write) => File(name, stream =>
        {
            using var json = new Utf8JsonWriter(stream, Indented);
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        });
    }

    private static void WriteMarks(Utf8JsonWriter json, string? bos, string? eos)
    {
        foreach (var (name, mark) in ((string, string?)[])[("bos_token", bos), ("eos_token", eos)])
        {
            if (mark is not null)
            {
                json.WriteString(name, mark);
            }
        }
    }
}
