using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Architecture.Widths;

/// <summary>How wide layers of different kinds are against each other. Values are only ever appended.</summary>
[JsonConverter(typeof(SettingNameConverter<LayerWidths>))]
public enum LayerWidths
{
    /// <summary>As the shape and the primitives' options say.</summary>
    Given = 0,

    /// <summary>A layer has the parameters that a token goes through of attention, or of an MLP where it mixes no positions.</summary>
    EqualParameters = 1,

    /// <summary>A layer has the training FLOPs per token of one of those, at a length.</summary>
    EqualFlops = 2,
}
