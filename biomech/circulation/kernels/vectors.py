"""What the compiler has to know of `Lanes`: a vector of the processor in place of a number, and the questions of `lanes`."""

import math
import operator
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.core.imputils import lower_cast
from numba.core.typing import templates
from numba.extending import intrinsic, lower_builtin, overload, register_model
from numba.np import arrayobj

from biomech.circulation.kernels.lanes import (
    WIDTH,
    alike,
    every,
    exponent,
    lane,
    mantissa,
    otherwise,
    power_of_two,
    some,
    where,
    whole,
    width,
)

_VECTOR = ir.VectorType(ir.DoubleType(), WIDTH)
_BITS = ir.VectorType(ir.IntType(1), WIDTH)


class _Lanes(types.Type):
    """Four doubles."""

    def __init__(self) -> None:
        super().__init__("Lanes")


class _Choice(types.Type):
    """Four answers, yes or no."""

    def __init__(self) -> None:
        super().__init__("Choice")


LANES, CHOICE = _Lanes(), _Choice()


@register_model(_Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager, kind):
        super().__init__(manager, kind, _VECTOR)


@register_model(_Choice)
class _ChoiceModel(models.PrimitiveModel):
    def __init__(self, manager, kind):
        super().__init__(manager, kind, _BITS)


# ---- arithmetic
def _spread(builder, value, vector):
    one = builder.insert_element(ir.Constant(vector, ir.Undefined), value, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(one, ir.Constant(vector, ir.Undefined), ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH))


@lower_cast(types.Float, _Lanes)
@lower_cast(types.Integer, _Lanes)
def _cast(context, builder, source, target, value):
    return _spread(builder, context.cast(builder, value, source, types.float64), _VECTOR)


@lower_cast(types.Boolean, _Choice)
def _cast_choice(context, builder, source, target, value):
    return _spread(builder, context.cast(builder, value, source, types.boolean) if value.type != ir.IntType(1) else value, _BITS)


def _lanes_with_numbers(args):
    return LANES in args and all(a is LANES or isinstance(a, types.Number) for a in args)


def _choices(args):
    return CHOICE in args and all(a is CHOICE or isinstance(a, types.Boolean) for a in args)


def _binary(symbol, accepts, operand, outcome, emit):
    @templates.infer_global(symbol)
    class _Template(templates.AbstractTemplate):
        def generic(self, args, kws):
            if len(args) == 2 and accepts(args):
                return templates.signature(outcome, operand, operand)
            return None

    @lower_builtin(symbol, operand, operand)
    def _lower(context, builder, sig, args):
        return emit(builder, *args)


for _symbol, _name in ((operator.add, "fadd"), (operator.sub, "fsub"), (operator.mul, "fmul"), (operator.truediv, "fdiv")):
    for _each in (_symbol, getattr(operator, f"i{_symbol.__name__}")):
        _binary(_each, _lanes_with_numbers, LANES, LANES, lambda b, x, y, name=_name: getattr(b, name)(x, y))
for _symbol, _sign in ((operator.lt, "<"), (operator.le, "<="), (operator.gt, ">"), (operator.ge, ">="), (operator.eq, "==")):
    _binary(_symbol, _lanes_with_numbers, LANES, CHOICE, lambda b, x, y, sign=_sign: b.fcmp_ordered(sign, x, y))
_binary(operator.ne, _lanes_with_numbers, LANES, CHOICE, lambda b, x, y: b.fcmp_unordered("!=", x, y))
_binary(operator.eq, _choices, CHOICE, CHOICE, lambda b, x, y: b.not_(b.xor(x, y)))
for _symbol, _name in ((operator.and_, "and_"), (operator.or_, "or_"), (operator.xor, "xor")):
    _binary(_symbol, _choices, CHOICE, CHOICE, lambda b, x, y, name=_name: getattr(b, name)(x, y))


@templates.infer_global(operator.neg)
class _Neg(templates.AbstractTemplate):
    def generic(self, args, kws):
        return templates.signature(LANES, LANES) if args == (LANES,) else None


@lower_builtin(operator.neg, LANES)
def _negative(context, builder, sig, args):
    return builder.fneg(args[0])


def _many(value):
    return value is LANES or value is CHOICE


def _asked(function, typed, emit):
    """Let compiled kernels ask: ``typed`` (argument types → result and argument types), ``emit`` (builder, types, values → value)."""

    @templates.infer_global(function)
    class _Template(templates.AbstractTemplate):
        def generic(self, args, kws):
            return templates.signature(*typed(*args))

    @lower_builtin(function, types.VarArg(types.Any))
    def _lower(context, builder, sig, args):
        return emit(builder, sig.args, args)


def _typed_where(condition, yes, no):
    out = LANES if LANES in (yes, no) or condition is CHOICE else types.float64
    return out, condition, out, out


def _typed_alike(number, value):
    if not _many(value):
        return number, number, value
    many = CHOICE if isinstance(number, types.Boolean) or number is CHOICE else LANES
    return many, many, value


def _whole(builder, value, sign, expected):
    number = ir.IntType(WIDTH)
    return builder.icmp_unsigned(sign, builder.bitcast(value, number), ir.Constant(number, expected))


def _typed_condition(condition):
    return types.boolean, condition


def _typed_lane(value, i):
    return {LANES: types.float64, CHOICE: types.boolean}.get(value, value), value, types.int32


_asked(where, _typed_where, lambda b, t, v: b.select(*v))
_asked(alike, _typed_alike, lambda b, t, v: v[0])
_asked(some, _typed_condition, lambda b, t, v: _whole(b, v[0], "!=", 0) if t[0] is CHOICE else v[0])
_asked(every, _typed_condition, lambda b, t, v: _whole(b, v[0], "==", 2**WIDTH - 1) if t[0] is CHOICE else v[0])
_asked(otherwise, lambda condition: (condition, condition), lambda b, t, v: b.not_(v[0]))
_asked(lane, _typed_lane, lambda b, t, v: b.extract_element(v[0], v[1]) if _many(t[0]) else v[0])
_asked(width, lambda value: (types.int64, value), lambda b, t, v: ir.Constant(ir.IntType(64), WIDTH if _many(t[0]) else 1))


def _words(value):
    return ir.VectorType(ir.IntType(64), WIDTH) if value.type == _VECTOR else ir.IntType(64)


def _word(kind, number):
    return ir.Constant(kind, [number] * WIDTH if isinstance(kind, ir.VectorType) else number)


def _mantissa(builder, value):
    kind = _words(value)
    bits = builder.and_(builder.bitcast(value, kind), _word(kind, 2**52 - 1))
    return builder.bitcast(builder.or_(bits, _word(kind, 1023 << 52)), value.type)


def _exponent(builder, value):
    kind = _words(value)
    bits = builder.lshr(builder.bitcast(value, kind), _word(kind, 52))
    return builder.sitofp(builder.sub(bits, _word(kind, 1023)), value.type)


def _whole_number(builder, value):
    kind = value.type
    symbol = f"llvm.floor.v{WIDTH}f64" if kind == _VECTOR else "llvm.floor.f64"
    floor = cgutils.get_or_insert_function(builder.module, ir.FunctionType(kind, [kind]), symbol)
    half = ir.Constant(kind, [0.5] * WIDTH if kind == _VECTOR else 0.5)
    return builder.call(floor, [builder.fadd(value, half)])


def _power_of_two(builder, value):
    kind = _words(value)
    bits = builder.add(builder.fptosi(value, kind), _word(kind, 1023))
    return builder.bitcast(builder.shl(bits, _word(kind, 52)), value.type)


for _function, _emit in ((whole, _whole_number), (mantissa, _mantissa), (exponent, _exponent), (power_of_two, _power_of_two)):
    _asked(_function, lambda value: (value, value), lambda b, t, v, emit=_emit: emit(b, v[0]))


@intrinsic
def _inserted(typing, value, i, number):
    def emit(context, builder, sig, args):
        return builder.insert_element(args[0], args[2], args[1])

    return value(value, types.int32, types.float64), emit


# ---- functions of the library of mathematics: the very same, person by person
def _by_lane(function):
    @overload(function)
    def _of(x):
        if x is not LANES:
            return None

        def implementation(x):
            for i in range(WIDTH):
                x = _inserted(x, i, function(lane(x, i)))  # type: ignore[call-arg]
            return x

        return implementation


for _function in (math.sin, math.cos, math.exp, math.atan):
    _by_lane(_function)


@overload(operator.pow)
def _power(x, y):
    if x is not LANES or y is not LANES:
        return None

    def implementation(x, y):
        for i in range(WIDTH):
            x = _inserted(x, i, lane(x, i) ** lane(y, i))  # type: ignore[call-arg]
        return x

    return implementation


def _instruction(function, name):
    symbol = f"llvm.{name}.v{WIDTH}f64"

    @intrinsic
    def instruction(typing, value):
        def emit(context, builder, sig, args):
            known = cgutils.get_or_insert_function(builder.module, ir.FunctionType(_VECTOR, [_VECTOR]), symbol)
            return builder.call(known, [args[0]])

        return LANES(LANES), emit

    @overload(function)
    def _of(x):
        return (lambda x: instruction(x)) if x is LANES else None  # type: ignore[call-arg]


_instruction(math.sqrt, "sqrt")
_instruction(abs, "fabs")


# ---- arrays
@intrinsic
def _relabelled(typing, array):
    """An array of Lanes in place of one of numbers, whose last axis counts the persons; the same memory."""
    of = types.Array(LANES, array.ndim - 1, "C", aligned=False)

    def emit(context, builder, sig, args):
        numbers = arrayobj.make_array(array)(context, builder, args[0])
        out = arrayobj.make_array(of)(context, builder)
        shape = cgutils.unpack_tuple(builder, numbers.shape, array.ndim)[:-1]
        strides = cgutils.unpack_tuple(builder, numbers.strides, array.ndim)[:-1]
        pointer = builder.bitcast(numbers.data, context.get_data_type(LANES).as_pointer())
        arrayobj.populate_array(out, data=pointer, shape=shape, strides=strides, itemsize=8 * WIDTH, meminfo=None)
        return out._getvalue()

    return of(array), emit


as_lanes: Any = _relabelled
