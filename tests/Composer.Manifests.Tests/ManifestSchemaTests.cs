using System.Text.Json;

namespace Composer.Manifests.Tests;

public sealed class ManifestSchemaTests
{
    /// <summary>Set to 1, the drift test writes the committed schema anew instead of comparing.</summary>
    private const string UpdateVariable = "COMPOSER_UPDATE_SCHEMA";

    private static string Committed => Path.Combine(ShippedExperiments.Folder, "experiment.schema.json");

    [Fact]
    public void The_committed_schema_is_the_generated_one()
    {
        var generated = ManifestSchema.Generate();
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(Committed, generated);
        }

        Assert.True(
            File.Exists(Committed) && File.ReadAllText(Committed).ReplaceLineEndings("\n") == generated,
            $"experiments/experiment.schema.json has drifted from the manifest's records. Run this test once with {UpdateVariable}=1 and "
            + $"commit the file.");
    }

    [Fact]
    public void The_schema_knows_keys_defaults_ranges_and_choices()
    {
        using var schema = JsonDocument.Parse(ManifestSchema.Generate());
        var root = schema.RootElement;
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", root.GetProperty("$schema").GetString());
        Assert.False(root.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal(["schema", "name"], root.GetProperty("required").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal("#/$defs/LmEvalSettings", root.GetProperty("properties").GetProperty("lm-eval").GetProperty("$ref").GetString());
        var search = root.GetProperty("$defs").GetProperty("SearchSettings").GetProperty("properties");
        Assert.Equal(6, search.GetProperty("layers").GetProperty("default").GetInt32());
        Assert.Equal(64, search.GetProperty("layers").GetProperty("maximum").GetInt32());
        Assert.Contains("one-shot", search.GetProperty("strategy").GetProperty("enum").EnumerateArray().Select(e => e.GetString()));
        Assert.False(
            root.GetProperty("$defs").GetProperty("ModelShape").GetProperty("properties").GetProperty("dim").TryGetProperty("default", out _));
    }

    [Fact]
    public void Every_key_is_described()
    {
        using var schema = JsonDocument.Parse(ManifestSchema.Generate());
        foreach (var section in schema.RootElement.GetProperty("$defs")
                .EnumerateObject().Append(new()).Where(p => p.Value.ValueKind == JsonValueKind.Object))
        {
            Assert.All(
                section.Value.GetProperty("properties").EnumerateObject(),
                p => Assert.True(p.Value.GetProperty("description").GetString()!.Length > 2, $"{section.Name}.{p.Name}"));
        }
    }
}
