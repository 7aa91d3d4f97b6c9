using Composer.Core;
using Composer.Pipeline.Keys;
using Composer.Store.Records;

namespace Composer.Pipeline.Tests.Keys;

public sealed class PreimageTests
{
    // Pinned: a change of the encoding loses every store. Never regenerate to pass.
    private const string GoldenKey = "d46613e42b9a56f9d4d7c2fbeee715fca1ac4f81e55aa6704818a8aaebc34acc";

    [Fact]
    public void Key_of_known_inputs_never_changes() =>
        Assert.Equal(
            GoldenKey,
            Preimage.Of("test", new JobCode(Digest.Of("code")), "portable", new SampleInputs
            {
                Text = "A, \"B\" ß",
                Whole = -17,
                Number = 1e-3,
                Flag = true,
                Choice = SampleChoice.EndLayer,
                Seed = new Seed(ulong.MaxValue),
                Digest = Digest.Of("x"),
                Texts = ["a", "b"],
                Numbers = [0.1, 1e21],
                Parts = [new(1, null), new(null, "b")],
                Table = [KeyValuePair.Create("a.b", 1L)],
                Part = new(null, null),
                Inlined = new(0.5),
            }).Key.ToString());

    [Fact]
    public void Order_of_fields_does_not_matter()
    {
        PreimageField[] fields = [new("b", 'n', "2"), new("a", 'n', "1"), new("stag", 's', ""), new("stage.x", 's', "")];
        Assert.Equal(Preimage.Of("test", fields).Key, Preimage.Of("test", fields.Reverse()).Key);
        Assert.Equal(["a", "b", "stag", "stage", "stage.x"], Preimage.Of("test", fields).Fields.Select(f => f.Path));
    }

    [Fact]
    public void Kind_code_hardware_and_each_part_of_a_field_change_the_key()
    {
        Preimage[] all =
        [
            Preimage.Of("test", [new("a", 's', "1")]),
            Preimage.Of("test", [new("a", 'n', "1")]),
            Preimage.Of("test", [new("b", 's', "1")]),
            Preimage.Of("other", [new("a", 's', "1")]),
            Preimage.Of("test", [new("a", 's', "12")]),
            Preimage.Of("test", []),
            Preimage.Of("test", new JobCode(Digest.Of("1")), null, new SampleInputs()),
            Preimage.Of("test", new JobCode(Digest.Of("2")), null, new SampleInputs()),
            Preimage.Of(
                "test",
                new JobCode(Digest.Of("1")) { Parts = new Dictionary<string, Digest> { ["primitive.A"] = Digest.Of("1") } },
                null,
                new SampleInputs()),
            Preimage.Of(
                "test",
                new JobCode(Digest.Of("1")) { Parts = new Dictionary<string, Digest> { ["primitive.A"] = Digest.Of("2") } },
                null,
                new SampleInputs()),
            Preimage.Of(
                "test",
                new JobCode(Digest.Of("1")) { Parts = new Dictionary<string, Digest> { ["primitive.M"] = Digest.Of("1") } },
                null,
                new SampleInputs()),
            Preimage.Of("test", new JobCode(Digest.Of("1")), "", new SampleInputs()),
            Preimage.Of("test", new JobCode(Digest.Of("1")), "exact", new SampleInputs()),
        ];
        Assert.Equal(all.Length, all.Select(p => p.Key).Distinct().Count());
    }

    [Theory]
    [InlineData("ab", "c", "a", "bc")]
    [InlineData("a\0b", "c", "a", "b\0c")]
    [InlineData("", "abc", "abc", "")]
    public void Texts_that_read_alike_when_joined_have_different_keys(string a, string b, string c, string d) =>
        Assert.NotEqual(
            Preimage.Of("test", [new("x", 's', a), new("y", 's', b)]).Key,
            Preimage.Of("test", [new("x", 's', c), new("y", 's', d)]).Key);

    [Fact]
    public void Same_path_twice_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Preimage.Of("test", [new("x", 'n', "1"), new("x", 'n', "1")]));
        Assert.Throws<ArgumentException>(() => Preimage.Of("test", [new(Preimage.Kind, 's', "test")]));
    }

    [Fact]
    public void One_number_more_is_another_key_of_the_same_kind()
    {
        var preimage = Preimage.Of("test", [new("a", 's', "1")]);
        var more = preimage.With("step", 7);
        Assert.Equal(Preimage.Of("test", [new("a", 's', "1"), new("step", 'n', "7")]).Key, more.Key);
        Assert.Throws<ArgumentException>(() => more.With("step", 8));
    }

    [Fact]
    public void Differences_name_path_old_and_new()
    {
        var older = Preimage.Of("test", [new("evaluate.epochs", 'n', "5"), new("gone", 'n', "1")]);
        var newer = Preimage.Of("test", [new("evaluate.epochs", 'n', "6"), new("new", 'n', "2")]);
        Assert.Equal(
            [
                new PreimageDifference("evaluate.epochs", "5", "6"),
                new PreimageDifference("gone", "1", null),
                new PreimageDifference("new", null, "2"),
            ],
            PreimageDifference.Between(older.Fields, newer.Fields));
    }

    [Theory]
    [InlineData("evaluate.epochs", "5", "6", "evaluate.epochs: 5 → 6")]
    [InlineData("evaluate.epochs", null, "6", "evaluate.epochs: (none) → 6")]
    [InlineData("code", "a", "b", "its code changed")]
    [InlineData("code.primitive.A", "a", "b", "the code of primitive A changed")]
    [InlineData("code.primitive.A", null, "b", "uses primitive A")]
    [InlineData("code.primitive.A", "a", null, "no longer uses primitive A")]
    [InlineData("input.search", "a", "b", "its input changed: search")]
    [InlineData("input.\"size=0.5B/search\"", "a", "b", "its input changed: size=0.5B/search")]
    public void Differences_are_told_in_words(string path, string? older, string? newer, string words) =>
        Assert.Equal(words, new PreimageDifference(path, older, newer).ToString());
}
