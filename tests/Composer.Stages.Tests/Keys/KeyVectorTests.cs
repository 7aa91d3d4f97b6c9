using System.Text;
using Composer.Pipeline.Keys;
using Composer.Store.Records;

namespace Composer.Stages.Tests.Keys;

/// <summary>What the key of each kind of stage covers, and that the same fields give the same key for ever.</summary>
public sealed class KeyVectorTests
{
    [Fact]
    public void Fields_and_keys_of_each_kind_of_stage_are_those_of_the_vectors()
    {
        using var experiment = new KeyedExperiment();
        var keys = experiment.KeysOf(KeyedExperiment.Load(KeyedExperiment.Manifest));
        var text = new StringBuilder();
        foreach (var role in KeyedExperiment.Roles)
        {
            var fields = keys[role][0].Fields.Select(Portable).ToArray();
            text.Append(role).Append(' ').Append(Preimage.KeyOf(fields)).Append('\n');
            foreach (var field in fields)
            {
                text.Append("  ").Append(field.Path).Append(' ').Append(field.Type).Append(' ').Append(field.Value).Append('\n');
            }
        }

        GoldenFile.Of("key-vectors.txt").Verify(text.ToString());
    }

    /// <summary>Without what changes with every edit of the code and with the machine.</summary>
    private static PreimageField Portable(PreimageField field) =>
        Preimage.IsCode(field.Path) ? field with { Value = "(code)" }
        : field.Path == Preimage.Hardware ? field with { Value = "(hardware)" }
        : field;
}
