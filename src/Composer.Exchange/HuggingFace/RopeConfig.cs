using Composer.Training.Models;

namespace Composer.Exchange.HuggingFace;

/// <summary>
/// How a <c>config.json</c> says the rotary frequencies: <c>rope_theta</c> and <c>rope_scaling</c>, or, as transformers 5 writes,
/// both in <c>rope_parameters</c>.
/// </summary>
internal static class RopeConfig
{
    private const string Parameters = "rope_parameters";
    private const string Theta = "rope_theta";

    public static (float Theta, RopeScaling? Scaling) Read(PlacedJson json)
    {
        var name = json.Has(Parameters) ? Parameters : "rope_scaling";
        var inner = json.Object(name);
        var theta = inner is not null && inner.Has(Theta) ? inner.PositiveReal(Theta, 10_000) : json.PositiveReal(Theta, 10_000);
        if (inner is null)
        {
            return ((float)theta, null);
        }

        var type = inner.Text("rope_type") ?? inner.Text("type") ?? "default";
        if (type == "default")
        {
            return ((float)theta, null);
        }

        if (type != "llama3")
        {
            throw json.Mistake(name, $"Its {name} is of type '{type}', which is not read.", "Of rope scalings, Llama 3's (llama3) is.");
        }

        var scaling = new RopeScaling(
            inner.PositiveReal("factor", null),
            inner.PositiveReal("low_freq_factor", null),
            inner.PositiveReal("high_freq_factor", null),
            inner.Positive("original_max_position_embeddings", null));
        return scaling.IsValid
            ? ((float)theta, scaling)
            : throw json.Mistake(name, $"Its {name} has a high_freq_factor that is not above its low_freq_factor.", "Mend it.");
    }
}
