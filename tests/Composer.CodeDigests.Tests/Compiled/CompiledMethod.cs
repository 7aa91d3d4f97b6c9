using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Composer.CodeDigests.Tests.Compiled;

/// <summary>What the instructions of a method refer to.</summary>
internal static class CompiledMethod
{
    private static readonly Dictionary<int, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!).ToDictionary(c => c.Value & 0xffff);

    /// <summary>The tokens of an instruction stream, each with its instruction.</summary>
    public static IEnumerable<(OpCode Code, EntityHandle Token)> Tokens(byte[] il)
    {
        for (var at = 0; at < il.Length;)
        {
            var value = il[at++] is var first && first == 0xfe ? (0xfe << 8) | il[at++] : first;
            var code = Codes[value];
            switch (code.OperandType)
            {
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    at += 1;
                    break;
                case OperandType.InlineVar:
                    at += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    at += 8;
                    break;
                case OperandType.InlineSwitch:
                    at += 4 + (4 * BitConverter.ToInt32(il, at));
                    break;
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    yield return (code, MetadataTokens.EntityHandle(BitConverter.ToInt32(il, at)));
                    at += 4;
                    break;
                default:
                    at += 4;
                    break;
            }
        }
    }
}
