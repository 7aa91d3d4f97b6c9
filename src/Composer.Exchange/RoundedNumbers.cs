using System.Globalization;
using Composer.Core.Text;
using Composer.Training.Checkpoints;

namespace Composer.Exchange;

/// <summary>What is lost where numbers are written with fewer bits: counted while they are written.</summary>
/// <param name="type">As they are written.</param>
public sealed class RoundedNumbers(NumberType type)
{
    private long count;
    private long changed;
    private double worst;

    /// <summary>The same as a type of tensors.</summary>
    public TensorDtype Dtype { get; } = type switch
    {
        NumberType.F32 => TensorDtype.F32,
        NumberType.BF16 => TensorDtype.BF16,
        NumberType.F16 => TensorDtype.F16,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>One sentence for people.</summary>
    public string Summary => changed == 0
        ? type == NumberType.F32 ? "F32: no number is changed." : $"{type}: every number fits, none is changed."
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{type}: {CountText.Of(changed, "number")} of {count:N0} rounded, by at most {worst:0.0e0}: results change a little.");

    /// <summary>Looks at numbers that are written next.</summary>
    /// <param name="tensor">Their tensor's name.</param>
    /// <param name="values">Before they are rounded.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">One is too large for the type.</exception>
    public void Note(string tensor, ReadOnlySpan<float> values)
    {
        count += values.Length;
        if (type == NumberType.F32)
        {
            return;
        }

        foreach (var value in values)
        {
            var rounded = HalfPrecision.Round(value, Dtype);
            if (rounded == value)
            {
                continue;
            }

            if (float.IsFinite(value) && !float.IsFinite(rounded))
            {
                throw ExchangeMistake.Request(
                    string.Create(CultureInfo.InvariantCulture, $"{tensor} has the number {value}, which {type} cannot hold."),
                    "Take --type bf16 or f32.");
            }

            changed++;
            worst = Math.Max(worst, Math.Abs(rounded - value));
        }
    }
}
