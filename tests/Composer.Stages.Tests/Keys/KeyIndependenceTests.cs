using System.Globalization;
using Composer.Pipeline.Keys;

namespace Composer.Stages.Tests.Keys;

/// <summary>What is in no key.</summary>
public sealed class KeyIndependenceTests : IDisposable
{
    private readonly KeyedExperiment experiment = new();

    public void Dispose() => experiment.Dispose();

    [Fact]
    public void Order_of_keys_and_tables_white_space_comments_and_notation()
    {
        var sections = KeyedExperiment.Manifest.Split("\n[", StringSplitOptions.None);
        var head = string.Join('\n', sections[0].Split('\n').Reverse());
        var tables = sections.Skip(1).Reverse().Select(s =>
        {
            var lines = s.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return $"\n[{lines[0]}   # a comment = 1\r\n\t" + string.Join("\r\n\r\n\t", lines.Skip(1).Reverse());
        });
        var rewritten = "# first\r\n" + head + string.Concat(tables)
            .Replace("4096.0", "4_096.0e0", StringComparison.Ordinal)
            .Replace("epochs = 2", "epochs=0b10", StringComparison.Ordinal)
            .Replace("\"2K\"", "'2K'", StringComparison.Ordinal)
            .Replace(
                "{ dim = 8, heads = 2, kv_heads = 2, hidden = 8 }", "{hidden=0x8,kv_heads=2,heads=2,dim=+8}", StringComparison.Ordinal);
        Assert.NotEqual(KeyedExperiment.Manifest, rewritten);
        AssertSame(experiment.KeysOf(KeyedExperiment.Load(rewritten)));
    }

    [Fact]
    public void Defaults_that_are_written_down() => AssertSame(experiment.KeysOf(KeyedExperiment.Load(
        KeyedExperiment.Manifest, "pretrain.clip=1.0", "pretrain.decay=2e-1", "evaluate.repetitions=1", "aggregate.clusters=5")));

    /// <summary>Of what the product has, what the experiment does not use: a primitive, a task or an engine more changes no key.</summary>
    [Fact]
    public void Parts_that_are_not_used()
    {
        var used = experiment.KeysOf(KeyedExperiment.Load(KeyedExperiment.Manifest)).SelectMany(role => role.Value)
            .SelectMany(preimage => preimage.Fields).Select(field => field.Path)
            .Where(path => path.StartsWith("code.", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(
            [
                "code.aggregation.confirmation",
                "code.engine.cpu",
                "code.primitive.A",
                "code.primitive.M",
                "code.task.fuzzy-in-context-recall",
                "code.task.in-context-recall",
                "code.task.noisy-in-context-recall",
                "code.task.selective-copying",
                "code.task.text",
            ],
            used);
    }

    [Fact]
    public void Place_of_the_clone()
    {
        using var elsewhere = new KeyedExperiment();
        Assert.NotEqual(experiment.Root, elsewhere.Root);
        string[] files = ["pretrain.corpus=\"other.txt\"", "evaluate.text.corpus=\"other.txt\""];
        var loaded = KeyedExperiment.Load(KeyedExperiment.Manifest, files);
        AssertSame(elsewhere.KeysOf(loaded), loaded);
        Assert.All(
            elsewhere.KeysOf(loaded).Values.SelectMany(p => p).SelectMany(p => p.Fields),
            f => Assert.DoesNotContain(elsewhere.Root, f.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Where_an_external_corpus_lies_and_what_it_is_called()
    {
        Directory.CreateDirectory(Path.Combine(experiment.Root, "deep"));
        File.Copy(Path.Combine(experiment.Root, "other.txt"), Path.Combine(experiment.Root, "deep", "renamed.txt"));
        var keys = experiment.KeysOf(KeyedExperiment.Load(KeyedExperiment.Manifest, "pretrain.corpus=\"deep/renamed.txt\""));
        var expected = experiment.KeysOf(KeyedExperiment.Load(KeyedExperiment.Manifest, "pretrain.corpus=\"other.txt\""));
        Assert.Equal(["report"], KeyedExperiment.Changed(expected, keys));
    }

    [Fact]
    public void How_a_corpus_is_read_is_in_the_key()
    {
        File.Copy(Path.Combine(experiment.Root, "other.txt"), Path.Combine(experiment.Root, "other.jsonl"));
        var keys = experiment.KeysOf(KeyedExperiment.Load(KeyedExperiment.Manifest, "pretrain.corpus=\"other.jsonl\""));
        var text = experiment.KeysOf(KeyedExperiment.Load(KeyedExperiment.Manifest, "pretrain.corpus=\"other.txt\""));
        Assert.Equal(["tokenize", "report"], KeyedExperiment.Changed(text, keys));
    }

    [Fact]
    public void Language_and_number_format_of_the_process()
    {
        var expected = Keys();
        var (culture, language) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            var hostile = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            hostile.NumberFormat.NumberDecimalSeparator = ",";
            hostile.NumberFormat.NumberGroupSeparator = ".";
            hostile.NumberFormat.NegativeSign = "−";
            hostile.NumberFormat.NaNSymbol = "0";
            hostile.DateTimeFormat.DateSeparator = ":";
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = hostile;
            AssertSame(Keys(), expected: expected);
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, language);
        }
    }

    [Fact]
    public void Names_of_the_stages_that_inputs_come_from() => Assert.DoesNotContain(
        Keys().Where(k => k.Key != "report").SelectMany(k => k.Value).SelectMany(p => p.Fields),
        f => f.Path.Contains('/')
            || f.Path.Contains("composite", StringComparison.Ordinal)
            || f.Path.Contains("llama", StringComparison.Ordinal));

    private IReadOnlyDictionary<string, IReadOnlyList<Preimage>> Keys() =>
        experiment.KeysOf(KeyedExperiment.Load(KeyedExperiment.Manifest));

    private void AssertSame(
        IReadOnlyDictionary<string, IReadOnlyList<Preimage>> keys,
        Composer.Manifests.Model.ResolvedExperiment? loaded = null,
        IReadOnlyDictionary<string, IReadOnlyList<Preimage>>? expected = null)
    {
        expected ??= loaded is null ? Keys() : experiment.KeysOf(loaded);
        foreach (var role in KeyedExperiment.Roles)
        {
            Assert.Equal(expected[role].Select(p => p.Key), keys[role].Select(p => p.Key));
        }
    }
}
