using System.Text.Json;
using System.Text.Json.Serialization;
using Composer.Core;
using Composer.Core.Json;
using Composer.Core.Settings;
using Composer.Pipeline.Keys;

namespace Composer.Pipeline.Tests.Keys;

/// <summary>Inputs with a property of every kind that inputs have.</summary>
internal sealed record SampleInputs
{
    public string? Text { get; init; }

    public long? Whole { get; init; }

    public double? Number { get; init; }

    public bool? Flag { get; init; }

    public SampleChoice? Choice { get; init; }

    public Seed? Seed { get; init; }

    public Digest? Digest { get; init; }

    public ValueList<string>? Texts { get; init; }

    public ValueList<double>? Numbers { get; init; }

    public ValueList<SamplePart>? Parts { get; init; }

    public ValueList<ValueList<long>>? Lists { get; init; }

    public ValueMap<long>? Table { get; init; }

    public ValueMap<ValueMap<string>>? Tables { get; init; }

    public SamplePart? Part { get; init; }

    [Inline]
    public SampleInline? Inlined { get; init; }

    /// <summary>Of a job that no code computes.</summary>
    public static JobCode NoCode { get; } = new(default(Digest));

    /// <summary>Computed from another.</summary>
    public long? Twice => 2 * Whole;

    /// <summary>As <c>job.json</c> holds it.</summary>
    [JsonIgnore]
    public string Json => JsonSerializer.Serialize(this, ComposerJson.Inputs);

    /// <summary>Its key as a job of some kind.</summary>
    [JsonIgnore]
    public Digest Key => Preimage.Of("kind", NoCode, null, this).Key;

    /// <summary>Its fields but those that every job has: path, type and value.</summary>
    public static IEnumerable<string> FieldsOf(object inputs) => Preimage.Of("kind", NoCode, null, inputs).Fields
        .Where(f => f.Path is not (Preimage.Kind or "code")).Select(f => $"{f.Path} {f.Type} {f.Value}");
}

/// <summary>A record in a record.</summary>
internal sealed record SamplePart(long? Size, string? Name, SamplePart? Inner = null);

/// <summary>A record whose fields stand beside those of the one around it.</summary>
internal sealed record SampleInline(double? Rate, SamplePart? Own = null);

/// <summary>One of several.</summary>
[JsonConverter(typeof(SettingNameConverter<SampleChoice>))]
internal enum SampleChoice
{
    OneShot = 0,

    EndLayer = 1,
}
