using Composer.Core;
using Composer.Core.Settings;

namespace Composer.Pipeline.Tests.Keys;

/// <summary>Draws inputs that look like each other.</summary>
internal sealed class RandomInputs(int seed)
{
    /// <summary>Pieces that look like the encoding's own, like other types, or like each other.</summary>
    private static readonly string[] Pieces =
    [
        "",
        "\0",
        "s",
        "a",
        "b",
        "a.b",
        "1",
        "01",
        "true",
        "-0",
        "null",
        ",",
        "\"",
        "[",
        "]",
        "[0]",
        "{}",
        "=",
        "\n",
        " ",
        "é",
        "e\u0301",
        "K",
        "\u212a",
        "ﬁ",
        "fi",
        "😀",
        "\ufffd",
        "\ufeff", "\\u0061",
    ];

    private readonly Rng random = new(new Seed((ulong)seed));

    /// <summary>One or a few of the properties, the rest null.</summary>
    public SampleInputs Next()
    {
        var inputs = new SampleInputs();
        for (var i = random.NextInt(3); i >= 0; i--)
        {
            inputs = random.NextInt(15) switch
            {
                0 => inputs with { Text = Text() },
                1 => inputs with { Whole = Whole() },
                2 => inputs with { Number = Number() },
                3 => inputs with { Flag = random.NextInt(2) == 0 },
                4 => inputs with { Choice = (SampleChoice)random.NextInt(2) },
                5 => inputs with { Seed = new Seed(random.NextUInt64()) },
                6 => inputs with { Digest = Digest.Of(Text()) },
                7 => inputs with { Texts = List(Text) },
                8 => inputs with { Numbers = List(Number) },
                9 => inputs with { Parts = List(Part) },
                10 => inputs with { Lists = List(() => List(Whole)) },
                11 => inputs with { Table = Table(Whole) },
                12 => inputs with { Tables = Table(() => Table(Text)) },
                13 => inputs with { Part = Part() },
                _ => inputs with { Inlined = new(Maybe(Number), random.NextInt(2) == 0 ? Part() : null) },
            };
        }

        return inputs;
    }

    private string Text() => string.Concat(Enumerable.Range(0, random.NextInt(3)).Select(_ => Pieces[random.NextInt(Pieces.Length)]));

    private long Whole() => random.NextInt(4) == 0 ? (long)random.NextUInt64() : random.NextInt(3) - 1;

    private double Number() => random.NextInt(3) switch
    {
        0 => random.NextGaussian(),
        1 => random.NextInt(2),
        _ => Math.BitIncrement(random.NextInt(2)),
    };

    private SamplePart Part() => new(Maybe(Whole), random.NextInt(2) == 0 ? Text() : null, random.NextInt(4) == 0 ? Part() : null);

    private T? Maybe<T>(Func<T> draw)
        where T : struct => random.NextInt(2) == 0 ? draw() : null;

    private ValueList<T> List<T>(Func<T> draw) => new(Enumerable.Range(0, random.NextInt(3)).Select(_ => draw()).ToArray());

    private ValueMap<T> Table<T>(Func<T> draw) =>
        new(
            Enumerable.Range(0, random.NextInt(3)).Select(_ => Text()).Distinct(StringComparer.Ordinal).Select(key => KeyValuePair.Create(key, draw())).ToArray());
}
