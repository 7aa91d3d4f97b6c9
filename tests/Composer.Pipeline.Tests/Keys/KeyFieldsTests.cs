using System.Text.Json;
using Composer.Core;
using Composer.Core.Json;
using Composer.Core.Settings;
using Composer.Pipeline.Keys;

namespace Composer.Pipeline.Tests.Keys;

/// <summary>What a key covers is what <c>job.json</c> holds.</summary>
public sealed class KeyFieldsTests
{
    [Fact]
    public void Nested_records_give_dotted_paths_and_inlined_ones_none_of_their_own() => Assert.Equal(
        ["own.name s o", "part.inner.size n 2", "part.size n 1", "rate n 0.5"],
        Fields(new()
        {
            Part = new(1, null, new(2, null)),
            Inlined = new(0.5, new(null, "o")),
        }));

    [Fact]
    public void Values_have_the_types_and_the_texts_of_their_json() => Assert.Equal(
        [
            "choice s end-layer",
            $"digest s {Digest.Of("x")}",
            "flag b false",
            "number n 1E+21",
            "seed n 18446744073709551615",
            "text s A, \"B\" ß",
            "whole n -17",
        ],
        Fields(new()
        {
            Text = "A, \"B\" ß",
            Whole = -17,
            Number = 1e21,
            Flag = false,
            Choice = SampleChoice.EndLayer,
            Seed = new Seed(ulong.MaxValue),
            Digest = Digest.Of("x"),
        }));

    [Fact]
    public void Lists_are_one_field_and_lists_of_records_are_numbered() => Assert.Equal(
        ["lists[0] l [1,2]", "lists[1] l []", "numbers l [0.1,0]", "parts[0].size n 1", "parts[1] o {}", "texts l [\"a\",\"b, c\"]"],
        Fields(new()
        {
            Texts = ["a", "b, c"],
            Numbers = [0.1, -0.0],
            Lists = [[1, 2], []],
            Parts = [new(1, null), new(null, null)],
        }));

    [Fact]
    public void Tables_give_a_field_for_each_key_in_quotes_where_it_could_be_a_path() => Assert.Equal(
        ["table.\"\" n 3", "table.\"a.b\" n 2", "table.lm-eval/x n 1", "tables.a.b s c"],
        Fields(new()
        {
            Table = [KeyValuePair.Create("lm-eval/x", 1L), KeyValuePair.Create("a.b", 2L), KeyValuePair.Create("", 3L)],
            Tables = [KeyValuePair.Create("a", (ValueMap<string>)[KeyValuePair.Create("b", "c")])],
        }));

    [Fact]
    public void What_is_null_is_left_out_and_what_is_empty_is_not()
    {
        Assert.Empty(Fields(new()));
        Assert.Equal(
            ["inlined o {}", "part o {}", "table o {}", "text s ", "texts l []"],
            Fields(new() { Text = "", Texts = [], Table = [], Part = new(null, null), Inlined = new(null) }));
    }

    [Fact]
    public void What_is_not_read_and_what_is_not_in_the_key_is_left_out()
    {
        Assert.Equal(
            ["inner.kept n 1", "kept n 1"],
            SampleInputs.FieldsOf(new Selective { Kept = 1, Idle = 2, Threads = 3, Inner = new() { Kept = 1, Idle = 4 } }));
        Assert.Equal(["idle n 2", "kept n 0"], SampleInputs.FieldsOf(new Selective { Kept = 0, Idle = 2 }));
    }

    [Fact]
    public void What_is_computed_from_other_properties_is_no_field() =>
        Assert.Equal(["whole n 1"], Fields(new() { Whole = 1 }));

    [Theory]
    [InlineData(typeof(NamedStage))]
    [InlineData(typeof(NamedTwice))]
    public void Two_fields_of_one_path_are_refused(Type inputs) =>
        Assert.Throws<ArgumentException>(() => Preimage.Of("kind", SampleInputs.NoCode, "h", Activator.CreateInstance(inputs)!));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void What_is_no_finite_number_is_refused(double value)
    {
        Assert.ThrowsAny<ArgumentException>(() => new SampleInputs { Number = value }.Key);
        Assert.ThrowsAny<ArgumentException>(() => new SampleInputs { Numbers = [0, value] }.Key);
        Assert.ThrowsAny<ArgumentException>(() => new SampleInputs { Inlined = new(value) }.Key);
    }

    /// <summary>An attribute could not hold them: metadata is UTF-8.</summary>
    [Fact]
    public void Half_of_a_surrogate_pair_is_refused()
    {
        var all = ((string[])["\ud83d", "a\ude00"]).SelectMany(half => (SampleInputs[])
        [
            new() { Text = half },
            new() { Texts = ["a", half] },
            new() { Part = new(1, half) },
            new() { Parts = [new(1, "a"), new(1, half)] },
            new() { Table = [KeyValuePair.Create(half, 1L)] },
            new() { Tables = [KeyValuePair.Create("a", (ValueMap<string>)[KeyValuePair.Create("b", half)])] },
        ]);
        Assert.All(all, inputs => Assert.ThrowsAny<ArgumentException>(() => Preimage.Of("kind", SampleInputs.NoCode, null, inputs)));
        Assert.NotEqual(new SampleInputs { Text = "\ufffd" }.Key, new SampleInputs { Text = "😀" }.Key);
    }

    [Fact]
    public void Inputs_read_back_from_json_are_equal_and_have_the_same_key()
    {
        var seed = TestSeed.Of(20261126);
        var random = new RandomInputs(seed);
        for (var round = 0; round < 2_000; round++)
        {
            var inputs = random.Next();
            var again = JsonSerializer.Deserialize<SampleInputs>(inputs.Json, ComposerJson.Inputs)!;
            Assert.True(inputs == again, $"seed {seed}, round {round}: {inputs.Json} was read as {again.Json}");
            Assert.Equal(inputs.Key, again.Key);
        }
    }

    [Fact]
    public void The_fields_are_those_of_the_json()
    {
        var seed = TestSeed.Of(20261127);
        var random = new RandomInputs(seed);
        for (var round = 0; round < 2_000; round++)
        {
            var inputs = random.Next();
            var difference = InputsJson.Difference(inputs);
            Assert.True(difference is null, $"seed {seed}, round {round}: {inputs.Json}: {difference}");
        }
    }

    [Fact]
    public void Different_inputs_have_different_keys()
    {
        var seed = TestSeed.Of(20251122);
        var random = new RandomInputs(seed);
        var seen = new Dictionary<Digest, SampleInputs>();
        for (var round = 0; round < 30_000; round++)
        {
            var inputs = random.Next();
            Assert.True(
                seen.TryAdd(inputs.Key, inputs) || seen[inputs.Key] == inputs,
                $"seed {seed}, round {round}: {inputs.Json} and {seen[inputs.Key].Json} have one key.");
        }

        Assert.True(seen.Count > 10_000, $"only {seen.Count} different inputs were tried");
    }

    [Fact]
    public void Inputs_that_look_alike_have_different_keys()
    {
        SampleInputs[] all =
        [
            new(),
            new() { Text = "" },
            new() { Text = "1" },
            new() { Text = "true" },
            new() { Text = "{}" },
            new() { Text = "[\"a\"]" },
            new() { Whole = 1 },
            new() { Number = 1 },
            new() { Flag = true },
            new() { Texts = [] },
            new() { Texts = [""] },
            new() { Texts = ["a, b"] },
            new() { Texts = ["a", "b"] },
            new() { Texts = ["a\",\"b"] },
            new() { Texts = ["1"] },
            new() { Numbers = [] },
            new() { Numbers = [1] },
            new() { Parts = [] },
            new() { Parts = [new(null, null)] },
            new() { Parts = [new(null, null), new(null, null)] },
            new() { Parts = [new(1, null)] },
            new() { Parts = [new(1, null), new(null, null)] },
            new() { Parts = [new(null, null), new(1, null)] },
            new() { Part = new(null, null) },
            new() { Part = new(null, null, new(null, null)) },
            new() { Table = [] },
            new() { Table = [KeyValuePair.Create("", 1L)] },
            new() { Table = [KeyValuePair.Create("\"\"", 1L)] },
            new() { Tables = [] },
            new() { Tables = [KeyValuePair.Create("a", (ValueMap<string>)[])] },
            new() { Tables = [KeyValuePair.Create("a.b", (ValueMap<string>)[KeyValuePair.Create("c", "d")])] },
            new() { Tables = [KeyValuePair.Create("a", (ValueMap<string>)[KeyValuePair.Create("b.c", "d")])] },
            new() { Lists = [] },
            new() { Lists = [[]] },
            new() { Lists = [[1], [2]] },
            new() { Lists = [[1, 2]] },
            new() { Inlined = new(null) },
            new() { Inlined = new(null, new(null, null)) },
        ];
        Assert.Equal(all.Length, all.DistinctBy(i => i.Key).Count());
    }

    [Fact]
    public void Numbers_keep_every_bit_but_the_sign_of_zero()
    {
        var seed = TestSeed.Of(7);
        var random = new Rng(new Seed((ulong)seed));
        var keys = new HashSet<Digest>();
        for (var round = 0; round < 2_000; round++)
        {
            var value = BitConverter.UInt64BitsToDouble(random.NextUInt64());
            if (double.IsFinite(value) && value != 0)
            {
                Assert.True(keys.Add(new SampleInputs { Number = value }.Key), $"seed {seed}: {value:R}");
                Assert.True(keys.Add(new SampleInputs { Number = Math.BitIncrement(value) }.Key), $"seed {seed}: after {value:R}");
            }
        }

        Assert.Equal(new SampleInputs { Number = 0.0 }.Key, new SampleInputs { Number = -0.0 }.Key);
        Assert.Equal(new SampleInputs { Numbers = [0.0] }.Key, new SampleInputs { Numbers = [-0.0] }.Key);
    }

    private static IEnumerable<string> Fields(SampleInputs inputs) => SampleInputs.FieldsOf(inputs);

    private sealed record Selective : IReadsSelectively
    {
        public required int Kept { get; init; }

        public int? Idle { get; init; }

        [NotInKey]
        public int Threads { get; init; }

        public Selective? Inner { get; init; }

        IReadOnlyCollection<string> IReadsSelectively.Unread => Kept == 1 ? [nameof(Idle)] : [];
    }

    private sealed record NamedStage
    {
        public string Stage { get; init; } = "a second kind";
    }

    private sealed record NamedTwice
    {
        public long Size { get; init; }

        [Inline]
        public SamplePart Part { get; init; } = new(1, null);
    }
}
