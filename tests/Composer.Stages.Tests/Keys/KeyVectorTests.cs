using System.Text;
using Composer.Pipeline.Keys;
using Composer.Store.Records;

namespace Composer.Pipeline.Tests.Keys;

/// <summary>What the key of each kind of stage covers, and that the same fields give the same key for ever.</summary>
public sealed class KeyVectorTests
{
    private static readonly string File = Path.Combine(CloneRoot.Path, "tests", "data", "key-vectors.txt");

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

        if (Environment.GetEnvironmentVariable("COMPOSER_WRITE_KEY_VECTORS") == "1")
        {
            System.IO.File.WriteAllText(File, text.ToString());
        }

        Assert.Equal(System.IO.File.ReadAllText(File), text.ToString());
    }

    /// <summary>Without what changes with every edit of the code and with the machine.</summary>
    private static PreimageField Portable(PreimageField field) =>
        field.Path == "code" || field.Path.StartsWith("code.", StringComparison.Ordinal) ? field with { Value = "(code)" }
        : field.Path == "hardware" ? field with { Value = "(hardware)" }
        : field;
}
