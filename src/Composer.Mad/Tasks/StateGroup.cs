using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Mad.Tasks;

/// <summary>A group of permutations whose elements state tracking multiplies. Values are only ever appended.</summary>
[JsonConverter(typeof(SettingNameConverter<StateGroup>))]
public enum StateGroup
{
    /// <summary>Z₂, two elements: the product is the parity of how many of them were no identity.</summary>
    Parity = 0,

    /// <summary>S₃, the six permutations of three: the smallest group in which the order matters; solvable.</summary>
    S3 = 1,

    /// <summary>S₅, the 120 permutations of five, not solvable: its word problem is complete for NC¹ (Barrington 1989).</summary>
    S5 = 2,
}
